/**
 * The Docker engine for commands that bring all that they need: found, or installed and started, by
 * {@code scripts/docker-engine.sh}.
 */
@NullMarked
package io.meseta.cli.engine;

import org.jspecify.annotations.NullMarked;
