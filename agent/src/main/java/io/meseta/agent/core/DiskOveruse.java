package io.meseta.agent.core;

/** What a task used of the disk when it was killed for that, and what it may use. */
record DiskOveruse(long usedBytes, long limitBytes) {}
