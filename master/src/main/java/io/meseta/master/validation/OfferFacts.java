package io.meseta.master.validation;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.OfferId;

/** What has to be known of an offer to judge its answer. */
public record OfferFacts(OfferId id, FrameworkId framework, AgentId agent, String role) {}
