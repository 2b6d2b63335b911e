package io.meseta.agent.core;

/** Is told of the end of each task, when all that it changes has been recorded. */
interface TaskEnds {

  void ended(AgentTask task);
}
