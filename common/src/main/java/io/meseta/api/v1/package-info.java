/**
 * The messages of the Mesos v1 API that all its parts share: resources, offers, tasks, agents,
 * frameworks.
 *
 * <p>Generated from {@code src/main/proto}, where each message and field is explained.
 * Wire-compatible with Mesos to the field number; a test compares them with Mesos's own classes.
 * Messages are immutable, safe to share between threads, and keep fields that they do not know.
 */
@NullMarked
package io.meseta.api.v1;

import org.jspecify.annotations.NullMarked;
