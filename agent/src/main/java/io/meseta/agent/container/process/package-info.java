/**
 * Tasks without an image, as processes of this machine.
 *
 * <pre>
 * launch  ─► ProcessRun (one virtual thread per container, straight-line code)
 *              ProcessPlan:   TaskInfo to arguments, variables, links, limits
 *              ProcessLaunch: sandbox ► URIs ► links ► control group ► start file ► a line to the
 *                             launcher
 *              wait for the end, carry out kills ► kill what is left ► remove the group ► exited
 * Launcher: one shell ─► supervisor, a shell of its own that outlives the agent
 *                          ─► the child joins its control groups, becomes the task's program
 *                          ─► state file: child, exited
 * state files ─► StateWatch ─► "look again" to the runs concerned; what has happened is always read
 *                              from the file, so a hint too many or twice is harmless
 * rounds      ─► LogRotation, and "look again" in case a hint was lost
 * </pre>
 *
 * <p>An agent that comes back reads the state files: they hold who the processes are, by number and
 * start time, and how those ended that ended meanwhile.
 */
@NullMarked
package io.meseta.agent.container.process;

import org.jspecify.annotations.NullMarked;
