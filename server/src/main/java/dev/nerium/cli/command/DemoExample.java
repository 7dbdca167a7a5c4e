package dev.nerium.cli.command;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.nerium.cli.client.WorkloadBody;
import java.util.List;
import java.util.Map;

/** The two examples of the API's page. Both return one row per species. */
record DemoExample(String title, String source, WorkloadBody body) {
    private static final String SQL = """
            SELECT species, avg(sepal_length) AS avg_sepal_length,
            avg(petal_length) AS avg_petal_length FROM flowers GROUP BY
            species ORDER BY avg_sepal_length DESC""";

    private static final String SCRIPT = """
            table = params.get('table', 'default.flowers')
            limit = int(params.get('limit', 50))

            flowers = scan(table)

            result = (
                flowers.group_by('species')
                .agg(
                    pl.len().alias('count'),
                    pl.col('sepal_length').mean().round(2).alias('avg_sepal_length'),
                    pl.col('petal_length').mean().round(2).alias('avg_petal_length'),
                )
                .sort('avg_sepal_length', descending=True)
                .head(limit)
            )""";

    static final long ROWS = 3;

    static List<DemoExample> all() {
        WorkloadBody query = WorkloadBody.query(SQL).tables(List.of("flowers=default.flowers"));
        WorkloadBody script = WorkloadBody.script(SCRIPT)
                .params(Map.of("table", TextNode.valueOf("default.flowers"), "limit", TextNode.valueOf("25")));
        return List.of(new DemoExample("A query", SQL, query), new DemoExample("A script", SCRIPT, script));
    }
}
