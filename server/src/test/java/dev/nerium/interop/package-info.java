/** What others write, Nerium reads, and the other way round; most of the others are Python programs. */
@NullMarked
package dev.nerium.interop;

import org.jspecify.annotations.NullMarked;
