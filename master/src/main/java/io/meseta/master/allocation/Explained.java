package io.meseta.master.allocation;

/** The answer to somebody who asked why. */
public sealed interface Explained permits Explanation, RoleExplanation {}
