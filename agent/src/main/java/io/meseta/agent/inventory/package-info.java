/** What this machine has, and what its operator says of it: resources and attributes. */
@NullMarked
package io.meseta.agent.inventory;

import org.jspecify.annotations.NullMarked;
