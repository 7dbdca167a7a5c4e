package dev.nerium.lake.catalog;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.apache.iceberg.rest.RESTClient;
import org.apache.iceberg.rest.responses.ConfigResponse;
import org.jspecify.annotations.Nullable;

/** Leaves the classes out that another catalog's configuration names: Iceberg's REST client would load a reporter, for one. */
record PlainConfig(RESTClient client) implements InvocationHandler {
    static RESTClient of(RESTClient client) {
        return (RESTClient) Proxy.newProxyInstance(
                RESTClient.class.getClassLoader(), new Class<?>[] {RESTClient.class}, new PlainConfig(client));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        try {
            return switch (method.invoke(client, arguments)) {
                case ConfigResponse config -> plain(config);
                case RESTClient other -> of(other);
                case null -> null;
                case Object answer -> answer;
            };
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static ConfigResponse plain(ConfigResponse config) {
        return ConfigResponse.builder()
                .withDefaults(NamedClasses.without(config.defaults()))
                .withOverrides(NamedClasses.without(config.overrides()))
                .withEndpoints(config.endpoints())
                .build();
    }
}
