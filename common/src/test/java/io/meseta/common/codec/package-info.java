/** Tests of the codec: one per rule of the JSON that Mesos prints and accepts. */
@NullMarked
package io.meseta.common.codec;

import org.jspecify.annotations.NullMarked;
