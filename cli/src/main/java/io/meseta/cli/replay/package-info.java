/**
 * {@code meseta replay}: asks a recording what happened. What a recording is: {@code
 * io.meseta.common.recording}.
 */
@NullMarked
package io.meseta.cli.replay;

import org.jspecify.annotations.NullMarked;
