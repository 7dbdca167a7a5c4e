package dev.nerium.lake.files;

import dev.nerium.error.CommandName;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;

/**
 * The refusals of one path. They show the path as the user wrote it, and no folder of the operator.
 *
 * @param function by which the user reads it
 */
record Refusals(String function, String path) {
    private static final String FUNCTIONS =
            "read_parquet(), read_csv(), read_json() and read_ndjson() read files below the"
                    + " locations that the operator allows (external.locations). ";
    private static final String LOAD =
            "Load the file into a table with " + CommandName.forClients() + " load, or ask the operator.";

    Refusals of(String matching) {
        return new Refusals(function, matching);
    }

    NeriumException outside(boolean hasLocations) {
        return refuse(
                hasLocations ? "it is not below an allowed location" : "this server has no allowed locations",
                FUNCTIONS + LOAD);
    }

    NeriumException missingLocation() {
        return refuse("its location does not exist on the server", "The operator creates the folder of the location.");
    }

    NeriumException scheme() {
        return refuse(
                "only files of the server's own disks can be read", "Object stores are read as tables of a catalog.");
    }

    NeriumException noPath() {
        return refuse("the text can't be a path on the server", "Write an absolute path, such as /folder/file.csv.");
    }

    NeriumException relative() {
        return refuse("the path is not absolute", "Write the whole path, from / on.");
    }

    NeriumException stepUp() {
        return refuse("the path has the step ..", "Write the path of the folder itself.");
    }

    NeriumException noPattern() {
        return refuse(
                "the pattern is not complete", "Patterns have *, ?, [abc] and [a-c]; [[] is the character [ itself.");
    }

    NeriumException noMatch() {
        return refuse(
                "no file matches",
                "A pattern has *, ?, [abc], and ** for folders at every depth. Names that begin with . match only a pattern that does, too.");
    }

    NeriumException tooManyMatches(int most) {
        return refuse(
                "more than %d files match, the number that the run may still read".formatted(most),
                "Read fewer files, or ask the operator to increase external.max-files.");
    }

    NeriumException tooManyListed(int most) {
        return refuse(
                "its folders have more than %d files".formatted(most), "Write more of the path before the pattern.");
    }

    NeriumException tooManyBytes() {
        return refuse(
                "the run would read more bytes from files than allowed",
                "Read fewer or smaller files, or ask the operator to increase external.max-bytes.");
    }

    NeriumException missing() {
        return refuse("there is no such file", "Paths are those of the server's machine, not those of the client.");
    }

    NeriumException leadsOut() {
        return refuse("the path leads out of its location, or a link in it leads to no file", LOAD);
    }

    NeriumException denied() {
        return refuse("the server has no permission", "The operator lets the server's account read the file.");
    }

    NeriumException folder() {
        return refuse("it is a folder", "Write a pattern for the files in it, such as " + path + "/*.");
    }

    NeriumException notRegular() {
        return refuse("it is not a regular file", "Devices, pipes and sockets are not read.");
    }

    NeriumException changed() {
        return refuse("the file changed while it was read", "Read it again when it is complete.");
    }

    static NeriumException tooManyFiles(String function, int most) {
        return new NeriumException(
                ErrorCode.QUERY_FAILED,
                "%s() can't read its files: a run reads at most %d files.".formatted(function, most),
                "Read fewer files, or ask the operator to increase external.max-files.");
    }

    private NeriumException refuse(String why, String advice) {
        return new NeriumException(
                ErrorCode.QUERY_FAILED, "%s() can't read '%s': %s.".formatted(function, path, why), advice);
    }
}
