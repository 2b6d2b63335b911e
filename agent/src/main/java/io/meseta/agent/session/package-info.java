/**
 * Commands that people run inside containers of tasks, and the streams that carry their input and
 * output; the part of the operator API that {@link io.meseta.agent.http.ContainerCalls} states.
 *
 * <pre>
 * LAUNCH_NESTED_CONTAINER_SESSION ─► {@link io.meseta.agent.session.Sessions} ─► ContainerExec
 *      answer: DATA records ◄─ {@link io.meseta.agent.session.Session} ◄─ output      waits for its readers
 * ATTACH_CONTAINER_INPUT ─► {@link io.meseta.agent.session.SessionInput} ─► its thread ─► the command's input
 * ATTACH_CONTAINER_OUTPUT ─► of a session: one more reader; of a task: {@link io.meseta.agent.session.FileFollower}
 * WAIT_CONTAINER ─► the exit code, also for a while after the end
 * </pre>
 *
 * <p>A session lives as long as the connection that launched it, and no longer than its command.
 * Nothing of what is typed or printed is logged, and of the command only the program's name.
 */
@NullMarked
package io.meseta.agent.session;

import org.jspecify.annotations.NullMarked;
