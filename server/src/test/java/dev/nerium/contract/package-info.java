/** The API page and the contract page, sentence by sentence, over HTTP. */
@NullMarked
package dev.nerium.contract;

import org.jspecify.annotations.NullMarked;
