/** What every part of Meseta knows of tasks, beyond the messages that describe them. */
@NullMarked
package io.meseta.common.tasks;

import org.jspecify.annotations.NullMarked;
