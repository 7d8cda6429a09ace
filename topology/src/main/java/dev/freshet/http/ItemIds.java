package dev.freshet.http;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.RowKeys;
import java.util.List;

/** Ids of the items of direct indexes. The integer 5 and the string "5" are the same id. */
final class ItemIds {
    private ItemIds() {}

    /** Returns the id, or refuses it. {@code where} begins the message. */
    static String check(String where, String id) {
        if (id.isEmpty()) {
            throw bad(where + ": the id is empty");
        }
        if (!Utf8.isWellFormed(id)) {
            throw bad(where + ": the id holds half a surrogate pair, which is no character");
        }
        if (rowKey(id).length() > RowKeys.MAX_LENGTH) {
            throw bad(where + ": the id has more than " + RowKeys.MAX_LENGTH + " characters");
        }
        return id;
    }

    /** The key of the row that holds an item. */
    static String rowKey(String id) {
        return RowKeys.join(List.of(id));
    }

    private static FreshetException bad(String message) {
        return new FreshetException(ErrorCode.BAD_REQUEST, message);
    }
}
