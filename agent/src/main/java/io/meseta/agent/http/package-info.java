/** The agent over HTTP: its link to the master, pages to read, and the operator API. */
@NullMarked
package io.meseta.agent.http;

import org.jspecify.annotations.NullMarked;
