package io.meseta.agent.core;

/** The slices that have to do with executors of frameworks. */
record ExecutorSlices(
    Frameworks frameworks,
    Executors executors,
    Tasks tasks,
    ExecutorTasks deliveries,
    ExecutorShutdowns shutdowns,
    ExecutorSpecs specs) {}
