# SPDX-License-Identifier: MIT
# Reads the debug information of one object (objdump --dwarf=info) and prints every named type as
# rows of three columns, separated by tabs:
#
#   IRP                       size   208
#   IRP.Tail.Overlay.Thread   bits   1216+64      offset and length in bits
#   PDRIVER_CANCEL            call   0(8,8)       bytes of the result and of the parameters
#   IRP_MJ_X                  value               an enumerator; its value is asked for elsewhere
#
# Members of structures without a name belong to the structure around them.

function hexadecimal(text,    value, i) {
    value = 0
    for (i = 1; i <= length(text); i++) {
        value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
    }
    return value
}

function number(text) {
    return text ~ /^0x/ ? hexadecimal(substr(text, 3)) : text + 0
}

# The type behind names and qualifiers.
function plain(at) {
    while (tag[at] == "typedef" || tag[at] == "const_type" || tag[at] == "volatile_type") {
        at = type[at]
    }
    return at
}

function bytes(at,    child, count) {
    at = plain(at)
    if (tag[at] == "array_type") {
        count = 1
        for (child = first[at]; child != ""; child = after[child]) {
            if (tag[child] == "subrange_type") {
                count *= upper[child] == "" ? 0 : upper[child] + 1
            }
        }
        return count * bytes(type[at])
    }
    return size[at] + 0
}

function call(at,    child, text) {
    text = ""
    for (child = first[at]; child != ""; child = after[child]) {
        if (tag[child] == "formal_parameter") {
            text = text (text == "" ? "" : ",") bytes(type[child])
        }
    }
    return bytes(type[at]) "(" text ")"
}

function is_record(at) {
    return tag[at] == "structure_type" || tag[at] == "union_type"
}

function members(prefix, at, base,    child, inner, offset) {
    for (child = first[at]; child != ""; child = after[child]) {
        if (tag[child] != "member") {
            continue
        }
        offset = base + (bit_offset[child] != "" ? bit_offset[child] : 8 * location[child])
        inner = type[child]
        if (is_record(inner) && name[inner] == "") {
            members(name[child] == "" ? prefix : prefix "." name[child], inner, offset)
        }
        if (name[child] != "") {
            printf "%s.%s\tbits\t%d+%d\n", prefix, name[child], offset,
                bit_size[child] != "" ? bit_size[child] : 8 * bytes(inner)
        }
    }
}

function print_type(at,    target) {
    target = plain(at)
    if (declaration[target]) {
        return
    }
    if (tag[target] == "pointer_type" && tag[plain(type[target])] == "subroutine_type") {
        printf "%s\tcall\t%s\n", name[at], call(plain(type[target]))
    }
    if (tag[target] == "subroutine_type") {
        printf "%s\tcall\t%s\n", name[at], call(target)
        return
    }
    printf "%s\tsize\t%d\n", name[at], bytes(target)
    if (is_record(target)) {
        members(name[at], target, 0)
    }
}

match($0, /^ *<[0-9a-f]+><[0-9a-f]+>: Abbrev Number: /) {
    split($0, part, /[<>]/)
    level = hexadecimal(part[2])
    at = part[4]
    if ($0 !~ /DW_TAG_/) { # the end of a list
        at = ""
        next
    }
    tag[at] = $0
    sub(/.*DW_TAG_/, "", tag[at])
    sub(/\).*/, "", tag[at])
    open[level] = at
    if (level > 0) {
        if (first[open[level - 1]] == "") {
            first[open[level - 1]] = at
        } else {
            after[last[open[level - 1]]] = at
        }
        last[open[level - 1]] = at
    }
    order[++count] = at
    next
}

at != "" && /DW_AT_/ {
    what = $2
    sub(/:$/, "", what)
    value = $0
    sub(/^[^:]*: /, "", value)
    if (what == "DW_AT_name") {
        sub(/^\(indirect[^)]*\): /, "", value)
        name[at] = value
    } else if (what == "DW_AT_type") {
        gsub(/<0x|>.*/, "", value)
        type[at] = value
    } else if (what == "DW_AT_byte_size") {
        size[at] = number(value)
    } else if (what == "DW_AT_bit_size") {
        bit_size[at] = number(value)
    } else if (what == "DW_AT_data_bit_offset") {
        bit_offset[at] = number(value)
    } else if (what == "DW_AT_data_member_location") {
        location[at] = number(value)
    } else if (what == "DW_AT_upper_bound") {
        upper[at] = number(value)
    } else if (what == "DW_AT_declaration") {
        declaration[at] = 1
    }
}

END {
    for (i = 1; i <= count; i++) {
        at = order[i]
        if (tag[at] == "typedef" && !seen[name[at]]++) {
            print_type(at)
        } else if (tag[at] == "enumerator" && !seen[name[at]]++) {
            printf "%s\tvalue\t\n", name[at]
        }
    }
}
