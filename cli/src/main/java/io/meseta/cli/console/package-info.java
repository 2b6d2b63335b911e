/**
 * What commands print for people: lines, colours and one area that is drawn over and over, where
 * there is a terminal; plain lines everywhere else.
 */
@NullMarked
package io.meseta.cli.console;

import org.jspecify.annotations.NullMarked;
