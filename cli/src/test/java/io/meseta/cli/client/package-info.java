@NullMarked
package io.meseta.cli.client;

import org.jspecify.annotations.NullMarked;
