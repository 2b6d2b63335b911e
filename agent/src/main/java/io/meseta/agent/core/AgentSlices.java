package io.meseta.agent.core;

/** The slices of the core, wired once. */
record AgentSlices(
    MasterLink link,
    Frameworks frameworks,
    StatusUpdateStreams streams,
    Tasks tasks,
    Kills kills,
    Launches launches,
    Containers containers,
    Recovery recovery,
    Retirement retirement,
    Draining draining,
    Operations operations,
    Reconfiguration reconfiguration,
    Stopping stopping) {

  static AgentSlices wire(CoreContext context, IdMint ids, AgentSettings settings) {
    MasterLink link =
        new MasterLink(context.turn(), context.counters(), settings, context.identity());
    Frameworks frameworks = new Frameworks(context.journal());
    StatusUpdateStreams streams = new StatusUpdateStreams(context, link, settings.resend());
    Tasks tasks = new Tasks(context, frameworks, streams);
    Kills kills = new Kills(context, frameworks, tasks, settings.killGrace());
    Draining draining = new Draining(context.turn(), tasks, kills);
    Operations operations = new Operations(context, ids, link, settings.resend());
    Launches launches =
        new Launches(context, ids, frameworks, tasks, streams, draining, operations);
    Containers containers = new Containers(context, tasks, kills, launches);
    Recovery recovery =
        new Recovery(
            context, frameworks, tasks, containers, operations, settings.observeInterval());
    Retirement retirement = new Retirement(context, link, tasks, kills);
    return new AgentSlices(
        link,
        frameworks,
        streams,
        tasks,
        kills,
        launches,
        containers,
        recovery,
        retirement,
        draining,
        operations,
        new Reconfiguration(context, link, tasks, operations),
        new Stopping(context, link, tasks, draining));
  }
}
