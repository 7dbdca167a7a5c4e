/** The documentation, compared with the code: names, settings, commands, links and limits. */
@NullMarked
package dev.nerium.docs;

import org.jspecify.annotations.NullMarked;
