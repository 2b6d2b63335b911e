/**
 * What the master serves over HTTP: the scheduler API, the agent link, and pages to read.
 *
 * <pre>
 * call        net ─► SchedulerEndpoint: checks that need no state, decode ─► inbox: CallReceived
 *             MasterCore ─► Reply | OpenStream | SendToFramework ─► Connections ─► net
 * agent       net ─► AgentLinkEndpoint ─► inbox: AgentMessageReceived, LinkClosed
 * explain     net ─► ExplainEndpoint: at most two wait ─► inbox: ExplanationAsked
 *             MasterCore: bounded work ─► TellExplanation ─► Connections, ExplainJson ─► net
 * operator    net ─► OperatorEndpoint | LegacyCalls ─► OperatorInbox ─► inbox: OperatorCallReceived
 *             MasterCore ─► Reply ─► Connections ─► net
 * follow      net ─► OperatorEndpoint ─► ClusterFeed, which the published views feed ─► net
 * read        net ─► ReadEndpoints ─► the latest published view ─► net; never through the inbox
 * </pre>
 */
@NullMarked
package io.meseta.master.http;

import org.jspecify.annotations.NullMarked;
