package io.meseta.master.view;

import io.meseta.api.v1.quota.QuotaConfig;
import java.util.Optional;

/**
 * What operators have decided about a role.
 *
 * @param weightMilli in thousandths; 1000 unless they decided otherwise
 * @param quota empty if there is none
 */
public record RoleView(String name, long weightMilli, Optional<QuotaConfig> quota) {}
