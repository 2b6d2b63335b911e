@NullMarked
package io.meseta.common.recording.graph;

import org.jspecify.annotations.NullMarked;
