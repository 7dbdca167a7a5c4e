package dev.nerium.run;

/**
 * Something that cost a run time or memory, or will.
 *
 * @param kind a word for programs
 * @param table in full; empty where it is about no single one
 * @param evidence what was seen, with numbers
 * @param advice what to do about it
 */
public record Finding(String kind, String table, String evidence, String advice) {}
