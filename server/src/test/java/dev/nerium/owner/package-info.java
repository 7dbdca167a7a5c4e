/** What keys may see and do of what other keys own, and for how long. */
@NullMarked
package dev.nerium.owner;

import org.jspecify.annotations.NullMarked;
