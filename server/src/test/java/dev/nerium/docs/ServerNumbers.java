package dev.nerium.docs;

import dev.nerium.config.NeriumConfig;
import dev.nerium.http.RequestParts;
import dev.nerium.quota.QuotaLimit;
import dev.nerium.workload.request.ComputeTarget;
import dev.nerium.workload.request.WorkloadRequest;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The numbers of requests, each with the server's own code that reads it. */
final class ServerNumbers {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-01T12:00:00Z"), ZoneOffset.UTC);

    private static final String TABLE = "/api/v2/catalogs/{catalog}/namespaces/{namespace}/tables/{table}";
    private static final String ONE_BRANCH = "\"name\": \"x\", \"type\": \"branch\"";
    private static final String ONE_TABLE = "\"tables\": [\"a.b\"]";

    private final NeriumConfig config;

    ServerNumbers(NeriumConfig config) {
        this.config = config;
    }

    List<RequestNumber> all() {
        return Stream.concat(others().stream(), QuotaLimit.names().stream().map(ServerNumbers::quota))
                .toList();
    }

    private static RequestNumber quota(String limit) {
        return new RequestNumber(
                "QuotaLimits " + limit,
                number -> "{\"%s\": %s}".formatted(limit, number),
                "{\"result_rows\": 1}",
                RequestParts::quota);
    }

    private List<RequestNumber> others() {
        return List.of(
                parameter("GET /api/v2/runs limit", RequestParts::runsLimit),
                parameter("GET /api/v2/keys limit", RequestParts::keysLimit),
                parameter("GET /api/v2/runs/{id}/logs offset", RequestParts::logOffset),
                parameter("GET /api/v2/runs/{id}/result page", RequestParts::resultPage),
                graphDepth(),
                parameter("GET /api/v1/events start", query -> RequestParts.events("end=99999999999&" + query)),
                parameter("GET /api/v1/events end", query -> RequestParts.events("start=0&" + query)),
                parameter(
                        "GET /api/v1/events limit",
                        query -> RequestParts.events("start=0&end=1&" + query).limit()),
                parameter(
                        "GET /api/v1/events offset",
                        query -> RequestParts.events("start=0&end=1&" + query).offset()),
                new RequestNumber(
                        "Groups", count -> "{\"groups\": " + items(count, "\"g%d\"") + "}", "{}", RequestParts::groups),
                compaction("minInputFiles"),
                compaction("deleteFileThreshold"),
                compaction("targetFileBytes"),
                compaction("upToSequence"),
                field("POST " + TABLE + "/expire retainLast", body -> RequestParts.expiry(body, CLOCK)),
                list("POST " + TABLE + "/expire snapshots", "%d", body -> RequestParts.expiry(body, CLOCK)),
                new RequestNumber(
                        "POST /api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/refs minSnapshotsToKeep",
                        count -> "{" + ONE_BRANCH + ", \"minSnapshotsToKeep\": " + count + "}",
                        "{" + ONE_BRANCH + "}",
                        RequestParts::ref),
                new RequestNumber(
                        "SnapshotId",
                        id -> "{\"toSnapshot\": " + id + "}",
                        "{}",
                        body -> RequestParts.rollback(body, CLOCK)),
                workload("WorkloadOptions vcpus", vcpus -> ONE_TABLE + ", \"vcpus\": " + vcpus),
                workload("WorkloadOptions timeoutSeconds", time -> ONE_TABLE + ", \"timeoutSeconds\": " + time),
                workload(
                        "WorkloadOptions clusterSize",
                        size -> ONE_TABLE + ", \"distributed\": true, \"clusterSize\": " + size),
                workload("WorkloadOptions mergeKeys", count -> ONE_TABLE + ", " + keys(items(count, "\"c%d\""))),
                workload("WorkloadOptions mergeKeys items", length -> ONE_TABLE + ", " + keys(oneText(length))),
                replay("POST /api/v2/runs/{id}/replay mergeKeys", count -> keys(items(count, "\"c%d\""))),
                replay("POST /api/v2/runs/{id}/replay mergeKeys items", length -> keys(oneText(length))));
    }

    static RequestNumber graphDepth() {
        return parameter("GET /api/v1/lineage/graph depth", RequestParts::graphDepth);
    }

    /** The last word of the place is the parameter's name. */
    private static RequestNumber parameter(String place, Function<String, Object> read) {
        return new RequestNumber(place, number -> lastWord(place) + "=" + number, "", read);
    }

    private static RequestNumber compaction(String name) {
        return field(
                "POST " + TABLE + "/compact " + name,
                body -> RequestParts.compaction(body, CLOCK).minInputFiles());
    }

    private static RequestNumber field(String place, Function<String, Object> read) {
        return new RequestNumber(place, number -> "{\"%s\": %s}".formatted(lastWord(place), number), "{}", read);
    }

    private static RequestNumber list(String place, String item, Function<String, Object> read) {
        return new RequestNumber(
                place, count -> "{\"%s\": %s}".formatted(lastWord(place), items(count, item)), "{}", read);
    }

    private RequestNumber workload(String place, Function<BigInteger, String> fields) {
        return new RequestNumber(
                place,
                number -> query(fields.apply(number)),
                query(ONE_TABLE),
                body -> vcpus(RequestParts.workload(body, config)));
    }

    private RequestNumber replay(String place, Function<BigInteger, String> fields) {
        return new RequestNumber(
                place, number -> "{" + fields.apply(number) + "}", "{}", body -> RequestParts.replay(body, config));
    }

    private static String query(String fields) {
        return "{\"mode\": \"query\", \"query\": \"SELECT 1\", " + fields + "}";
    }

    /** The one number of a workload that has a default. */
    private static int vcpus(WorkloadRequest request) {
        return request.compute() instanceof ComputeTarget.Local(int vcpus) ? vcpus : 0;
    }

    private static String keys(String list) {
        return "\"destination\": \"a.b\", \"saveMode\": \"merge\", \"mergeKeys\": " + list;
    }

    private static String items(BigInteger count, String item) {
        return IntStream.range(0, count.intValueExact())
                .mapToObj(item::formatted)
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String oneText(BigInteger length) {
        return "[\"" + "c".repeat(length.intValueExact()) + "\"]";
    }

    private static String lastWord(String place) {
        return place.substring(place.lastIndexOf(' ') + 1);
    }
}
