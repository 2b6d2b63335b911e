@NullMarked
package io.meseta.common.recording;

import org.jspecify.annotations.NullMarked;
