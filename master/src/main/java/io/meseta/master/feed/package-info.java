/**
 * Who follows the cluster: the event streams of the operator API, SUBSCRIBE and WATCH.
 *
 * <pre>
 * core's loop ─► ClusterFeed.publish(view)                     never waits
 *                     │  its own thread
 *                     ▼
 *                 EventLog: the newest events of this term, numbered, and the view that they led to
 *                     │  a virtual thread for each
 *                     ▼
 *                 Subscription: a snapshot at index i, then every event after i ─► its stream
 * </pre>
 *
 * <p>Nothing is kept for a single subscriber: each reads on in the common log as fast as its client
 * takes it. One that has fallen behind the log, or takes nothing for a while, is disconnected, or,
 * if it watches, given a new snapshot.
 */
@NullMarked
package io.meseta.master.feed;

import org.jspecify.annotations.NullMarked;
