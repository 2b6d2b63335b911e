package io.meseta.agent.core;

/** Where the leading master listens. */
public record LeaderAddress(String masterId, String host, int port) {}
