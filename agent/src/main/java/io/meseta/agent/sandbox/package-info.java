/** Sandboxes: the directory that each container has for its files, and where it is. */
@NullMarked
package io.meseta.agent.sandbox;

import org.jspecify.annotations.NullMarked;
