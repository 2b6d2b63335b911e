package io.meseta.agent.sandbox;

/**
 * A user of this machine, with his primary group.
 *
 * @param listed whether the machine knows his name, and so the groups that he is in
 */
public record UnixUser(int uid, int gid, boolean listed) {}
