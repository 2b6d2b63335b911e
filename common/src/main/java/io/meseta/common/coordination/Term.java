package io.meseta.common.coordination;

/**
 * One leadership, from election to step-down.
 *
 * @param epoch grows with every term of the cluster and is never used twice
 * @param fence the version of the epoch node in this term, which every write of the term checks
 */
public record Term(long epoch, int fence) {}
