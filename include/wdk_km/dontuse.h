// SPDX-License-Identifier: MIT
// Warns of unsafe functions, with Microsoft's compiler alone.
