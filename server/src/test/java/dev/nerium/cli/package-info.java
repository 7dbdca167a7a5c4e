/** The command line, run against a small server of the test's own. */
@NullMarked
package dev.nerium.cli;

import org.jspecify.annotations.NullMarked;
