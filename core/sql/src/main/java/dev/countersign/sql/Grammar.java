package dev.countersign.sql;

import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import dev.countersign.sql.grammar.PgQuery;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// PostgreSQL's own grammar (libpg_query), as class files made from WebAssembly at build time. One
/// instance serves one thread.
///
/// The module was built by Emscripten: its imports have one-letter names, PostgreSQL's `longjmp` is
/// an exception of the host, and calls that may end in one go through `invoke_…` imports. After any
/// trap the instance is thrown away.
final class Grammar {
    /// Pages of 64 KiB: 8 MiB to begin with, 1 GiB at most.
    private static final MemoryLimits MEMORY = new MemoryLimits(128, 16_384);

    private static final int PAGE = 65_536;

    /// The imports that are called through the table, by their names in this build of the module.
    private static final String INVOKE = "gbadkleefhjiyn";

    private final Instance module;
    private final ExportFunction allocate;
    private final ExportFunction free;
    private final ExportFunction parse;
    private final ExportFunction freeResult;
    private final ExportFunction saveStack;
    private final ExportFunction restoreStack;
    private final ExportFunction threw;

    /// PostgreSQL's `longjmp`, until the `invoke_…` that it belongs to.
    private static final class LongJump extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LongJump() {
            super("longjmp", null, false, false);
        }
    }

    /// The grammar itself broke: a trap, no memory, its stack.
    static final class Trapped extends Exception {
        private static final long serialVersionUID = 1L;

        Trapped(String why) {
            super(why, null, false, false);
        }
    }

    sealed interface Result {
        record Parsed(Tree tree) implements Result {}

        /// @param message PostgreSQL's own; it may quote the statement
        record SyntaxError(String message) implements Result {}

        /// Its tree is longer than [Weight#MAX_TREE].
        record TooHeavy() implements Result {}
    }

    Grammar() {
        var wasm = PgQuery.load();
        var imports = ImportValues.builder();
        wasm.importSection().stream()
                .filter(FunctionImport.class::isInstance)
                .map(FunctionImport.class::cast)
                .forEach(in ->
                        imports.addFunction(
                                host(
                                        in.module(),
                                        in.name(),
                                        wasm.typeSection().getType(in.typeIndex()))));
        module =
                Instance.builder(wasm)
                        .withMachineFactory(PgQuery::create)
                        .withMemoryLimits(MEMORY)
                        .withImportValues(imports.build())
                        .withStart(false)
                        .build();
        allocate = module.export("C");
        free = module.export("E");
        parse = module.export("F");
        freeResult = module.export("G");
        threw = module.export("P");
        restoreStack = module.export("Q");
        saveStack = module.export("R");
        module.export("A").apply();
    }

    private HostFunction host(String from, String name, FunctionType type) {
        boolean returns = !type.returns().isEmpty();
        if (INVOKE.contains(name)) {
            return new HostFunction(
                    from, name, type, (instance, args) -> invoke(instance, args, returns));
        }
        return new HostFunction(
                from,
                name,
                type,
                (instance, args) ->
                        switch (name) {
                            case "p" -> throw new LongJump();
                            case "q" -> new long[] {grow(instance, args[0])};
                            case "t" -> new long[] {swallow(instance, args)};
                            case "s", "u", "r" -> new long[] {0};
                            case "w" -> new long[0];
                            case "o" -> new long[] {0};
                            default ->
                                    throw new IllegalStateException(
                                            "the grammar gave up (" + name + ")");
                        });
    }

    private long[] invoke(Instance instance, long[] args, boolean returns) {
        long stack = saveStack.apply()[0];
        int function = instance.table(0).requiredRef((int) args[0]);
        try {
            var rest = new long[args.length - 1];
            System.arraycopy(args, 1, rest, 0, rest.length);
            var result = instance.getMachine().call(function, rest);
            return result == null ? new long[0] : result;
        } catch (LongJump jump) {
            restoreStack.apply(stack);
            threw.apply(1, 0);
            return returns ? new long[] {0} : new long[0];
        }
    }

    private static long grow(Instance instance, long wanted) {
        long bytes = wanted & 0xFFFF_FFFFL;
        int pages = instance.memory().pages();
        int missing = (int) ((bytes + PAGE - 1) / PAGE) - pages;
        return missing <= 0 || instance.memory().grow(missing) >= 0 ? 1 : 0;
    }

    /// fd_write: what the grammar prints nobody reads, but it must believe that it was written.
    private static long swallow(Instance instance, long[] args) {
        int written = 0;
        for (int i = 0; i < (int) args[2]; i++) {
            written += instance.memory().readInt((int) args[1] + 8 * i + 4);
        }
        instance.memory().writeI32((int) args[3], written);
        return 0;
    }

    /// @throws Trapped if the instance is not to be used again
    Result parse(String sql) throws Trapped {
        try {
            var bytes = sql.getBytes(StandardCharsets.UTF_8);
            int text = (int) allocate.apply(bytes.length + 1)[0];
            if (text == 0) {
                throw new Trapped("no memory for the statement");
            }
            module.memory().write(text, bytes);
            module.memory().writeByte(text + bytes.length, (byte) 0);
            int result = (int) parse.apply(text)[0];
            if (result == 0) {
                throw new Trapped("no memory for the tree");
            }
            int error = module.memory().readInt(result + 8);
            Result read =
                    error == 0
                            ? tree(string(module.memory().readInt(result)))
                            : new Result.SyntaxError(
                                    string(module.memory().readInt(error)).orElse(""));
            freeResult.apply(result);
            free.apply(text);
            return read;
        } catch (RuntimeException | StackOverflowError e) {
            throw new Trapped(e.getClass().getSimpleName());
        }
    }

    private static Result tree(Optional<String> json) {
        return json.<Result>map(text -> new Result.Parsed(Tree.parse(text)))
                .orElseGet(Result.TooHeavy::new);
    }

    /// Empty where it is longer than a tree may be.
    private Optional<String> string(int at) {
        int end = at;
        while (module.memory().read(end) != 0) {
            if (++end - at > Weight.MAX_TREE) {
                return Optional.empty();
            }
        }
        return Optional.of(
                new String(module.memory().readBytes(at, end - at), StandardCharsets.UTF_8));
    }

    /// How many bytes the module's memory has now.
    long memory() {
        return (long) module.memory().pages() * PAGE;
    }
}
