package io.meseta.agent.container.process;

/**
 * A user of this machine.
 *
 * @param listed whether the machine knows his name, and so the groups that he is in
 */
record UnixUser(int uid, int gid, boolean listed) {}
