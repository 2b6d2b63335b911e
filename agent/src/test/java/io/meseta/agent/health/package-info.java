@NullMarked
package io.meseta.agent.health;

import org.jspecify.annotations.NullMarked;
