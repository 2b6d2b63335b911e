package io.meseta.master.view;

import io.meseta.api.v1.Offer;
import io.meseta.common.resources.Resources;

/**
 * One open offer.
 *
 * @param offer as it was told to the framework
 * @param role for which it is
 * @param resources those of {@code offer}, in the form that can be computed with
 */
public record OfferView(Offer offer, String role, Resources resources) {}
