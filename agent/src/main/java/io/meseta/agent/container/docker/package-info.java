/**
 * Containers through a Docker engine's API.
 *
 * <pre>
 * launch  ─► ContainerRun (one virtual thread per container, straight-line code)
 *              ContainerLaunch: RunConfigs: TaskInfo to engine terms ► LaunchFiles: sandbox, secrets
 *                               ► fetch ► wait for a turn ► create (where the engine lacks the
 *                               image: ImagePulls, and again) ► start
 *              LogFollower:     the engine's log ─► sandbox files stdout and stderr, rotated
 *              wait for the end, carry out kills ► inspect ► logs complete ► exited
 * events, list ─► EngineWatch ─► "look again" hints to the runs concerned; an end is always read
 *                                by inspecting, so a hint too many or twice is harmless
 * group   ─► NetworkHolders: a container that holds the network (NetworkHolder, HolderProgram), made
 *            before the first of the group's; launch stops before the start ► prepared … go ► start
 * pull    ─► ImagePulls: one ImagePull for all who wait ─► PullAttempt, again while it may pass
 * every call ─► EngineClient: time limit, EngineHealth: does the engine answer?
 * </pre>
 *
 * <p>{@link io.meseta.agent.container.docker.RunConfigs} is pure and holds every rule of how a
 * task's fields become limits, mounts, networks and commands.
 */
@NullMarked
package io.meseta.agent.container.docker;

import org.jspecify.annotations.NullMarked;
