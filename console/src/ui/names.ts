/** A name as SQL has it. */
export const quoted = (part: string): string => (/^[a-z_][a-z0-9_]*$/i.test(part) ? part : `"${part.replaceAll('"', '""')}"`)
