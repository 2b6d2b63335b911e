/** The agent over HTTP: its link to the master, and pages to read. */
@NullMarked
package io.meseta.agent.http;

import org.jspecify.annotations.NullMarked;
