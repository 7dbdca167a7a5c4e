package dev.nerium.sandbox.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer.Reply;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The border of SQL: a query reads its tables, and nothing else. */
@Tag("sandbox")
class SqlAttacksTest {
    @RegisterExtension
    static final AttackedServer SERVER = new AttackedServer();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            select * from read_csv('/proc/self/environ')
            select * from read_parquet('/job/data/*')
            select * from read_ipc('/job/out/x')
            select * from read_json('/proc/self/status')
            select * from f where species in (select column_1 from read_csv('/proc/self/environ'))
            with x as (select * from read_csv('/proc/1/environ')) select * from x
            select * from f union all select * from read_csv('/proc/self/environ')
            select * from f join read_csv('/x') as x on true
            select * from f, lateral read_csv('/x')
            select * from READ_CSV /* */ ('/proc/self/environ')
            select * from table(read_csv('/x'))
            select * from '/proc/self/environ'
            select * from "/proc/self/environ"
            select * from "/job/data/0.parquet"
            select * from 'https://evil.example/x.parquet'
            copy f to '/tmp/x.csv'
            create table x as select * from f
            drop table f
            truncate table f
            delete from f
            insert into f select * from f
            select * into x from f
            select 1 as a from f; drop table f
            show tables
            explain select * from f
            set search_path = '/'
            attach '/etc/passwd' as x
            install httpfs
            pragma database_list
            load 'evil.so'
            """)
    void refuses(String sql) {
        Reply reply = SERVER.server().query(sql, "f=default.flowers");

        assertThat(reply.json().path("code").asText()).isEqualTo("QUERY_FAILED");
        assertThat(reply.text()).doesNotContain("PATH=", "LANG=", "nerium_worker/");
    }

    static Stream<String> bombs() {
        return Stream.of(
                "select " + "(".repeat(50_000) + "1" + ")".repeat(50_000) + " as a from f",
                "select " + "- ".repeat(50_000) + "1 as a from f",
                "select 1 as a from f where " + "not ".repeat(50_000) + "true",
                "select " + "case when true then ".repeat(5_000) + "1" + " end".repeat(5_000) + " as a from f",
                "select " + "1 + ".repeat(200_000) + "1 as a from f limit 1",
                "select * from f where species in ('" + "x','".repeat(200_000) + "')",
                "select * from f" + " cross join f as g".repeat(3),
                "select " + "* , ".repeat(20_000) + "* from f",
                "with " + "recursive x as (select 1 as a from f union all select a + 1 from x) select * from x",
                "select regexp_like(species, '((a{1000}){1000}){1000}') as a from f",
                "select \u0000 from f",
                "select 'a\u202eb\u001b[2J' from nothing\u001b[2J");
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void outlivesABomb(String sql) {
        Reply reply = SERVER.server().query(sql, "f=default.flowers");

        assertThat(reply.status()).isIn(200, 400);
        assertThat(reply.text()).hasSizeLessThan(20_000_000);
        assertThat(reply.error() + reply.details()).doesNotContainPattern(AttackedServer.DANGEROUS);
    }
}
