// SPDX-License-Identifier: MIT
// What the .tmh file of a traced source would define: every trace statement is nothing, and its
// arguments are not evaluated, as while nobody listens on Windows. syspte_add_driver makes the .tmh
// files; each adds the statements that the driver's own `begin_wpp config` names.
#ifndef SYSPTE_WPP_H
#define SYSPTE_WPP_H

#define WPP_INIT_TRACING(...)        ((void)0)
#define WPP_CLEANUP(...)             ((void)0)
#define WPP_SYSTEMCONTROL(...)       ((void)0)
#define WPP_SYSTEMCONTROL2(...)      ((void)0)
#define WPP_RECORDER_INITIALIZE(...) ((void)0)
#define WPP_LEVEL_ENABLED(...)       0
#define WPP_FLAG_ENABLED(...)        0
#define WPP_LEVEL_FLAGS_ENABLED(...) 0
#define WPP_RECORDER_LEVEL_FLAGS_ARGS(...)
#define DoTraceMessage(...) ((void)0)
#ifndef TraceEvents
#define TraceEvents(...) ((void)0)
#endif

#endif
