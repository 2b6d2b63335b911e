package io.meseta.master.core;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.OfferId;
import java.time.Instant;

/** A framework is asked to give back what it has on an agent that will be away. */
record InverseOffer(OfferId id, FrameworkId framework, AgentId agent, Instant askedAt) {}
