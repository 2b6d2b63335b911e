/**
 * The agent daemon: {@link io.meseta.agent.Agent} puts the core, its loop, the journal, the
 * containerizer, the link to the master and HTTP together. The logic is in {@code core}; nothing
 * here decides.
 */
@NullMarked
package io.meseta.agent;

import org.jspecify.annotations.NullMarked;
