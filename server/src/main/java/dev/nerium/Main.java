package dev.nerium;

import dev.nerium.config.NeriumConfig;
import java.nio.file.Path;
import java.util.Map;

public final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        Nerium nerium = Nerium.start(NeriumConfig.load(Path.of(args[0]), Map.of("http.port", "8650"), System.getenv()));
        System.out.println(nerium.url() + " " + nerium.firstKey());
        Thread.currentThread().join();
    }
}
