package io.meseta.agent.arch;

import io.meseta.common.arch.CoreRules;
import org.junit.jupiter.api.Test;

class AgentCoreRulesTest {

  @Test
  void theCoreKnowsNothingOfTheWorld() {
    CoreRules.assertObeyedBy("io.meseta.agent.core");
  }
}
