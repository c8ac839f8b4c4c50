// SPDX-License-Identifier: MIT
// The front doors to I/O space: NDIS, Storport, the video port. Of the last two the library keeps
// each mapping's length.
#include "family.h"

#include <ndis.h>
#include <storport.h>
#include <video.h>

static char extension[16];

// A range of a device with that cache type.
static family_io_request any_range(family *f, MEMORY_CACHING_TYPE cache)
{
    family_io_request r = family_io_any(f);
    while (r.cache != cache) {
        r = family_io_any(f);
    }
    return r;
}

static void map_ndis(family *f, family_thing *t)
{
    family_io_request r = any_range(f, MmNonCached);
    PVOID va = extension;
    NDIS_STATUS status = NdisMMapIoSpace(&va, extension, r.at, (UINT)r.bytes);
    (void)family_expect(f, status == (va != NULL ? NDIS_STATUS_SUCCESS : NDIS_STATUS_RESOURCES),
                        "NDIS's status");
    family_io_note(f, t, FAMILY_NDIS, &r, va);
}

static void map_storage(family *f, family_thing *t)
{
    family_io_request r = any_range(f, MmNonCached);
    PVOID va = StorPortGetDeviceBase(extension, PCIBus, 0, r.at, (ULONG)r.bytes, FALSE);
    family_io_note(f, t, FAMILY_STORAGE, &r, va);
}

static void map_video_port(family *f, family_thing *t)
{
    bool frame_buffer = family_any(f, 2);
    family_io_request r = any_range(f, frame_buffer ? MmWriteCombined : MmNonCached);
    ULONG length = (ULONG)r.bytes;
    ULONG space = frame_buffer ? VIDEO_MEMORY_SPACE_P6CACHE : VIDEO_MEMORY_SPACE_MEMORY;
    PVOID va = NULL;
    VP_STATUS status = VideoPortMapMemory(extension, r.at, &length, &space, &va);
    (void)family_expect(f, status == (va != NULL ? NO_ERROR : ERROR_NOT_ENOUGH_MEMORY),
                        "the video port's status");
    family_io_note(f, t, FAMILY_VIDEO_PORT, &r, va);
}

static bool is_door(const family *f, const family_thing *t)
{
    (void)f;
    return t->kind >= FAMILY_NDIS && t->kind <= FAMILY_VIDEO_PORT && t->users == 0;
}

void family_end_door(family *f, family_thing *t)
{
    if (t->kind == FAMILY_NDIS) {
        NdisMUnmapIoSpace(extension, t->va, (UINT)t->bytes);
    } else if (t->kind == FAMILY_STORAGE) {
        StorPortFreeDeviceBase(extension, t->va);
    } else {
        (void)family_expect(f, VideoPortUnmapMemory(extension, t->va, NULL) == NO_ERROR,
                            "the video port's memory ends");
    }
    family_unmapped(f, t, SYSPTE_KIND_IO_SPACE);
    family_forget(t);
}

const family_op family_door_ops[] = {
    {"map for NDIS", 8, PASSIVE_LEVEL, NULL, map_ndis},
    {"map for Storport", 8, PASSIVE_LEVEL, NULL, map_storage},
    {"map for the video port", 8, PASSIVE_LEVEL, NULL, map_video_port},
    {"end at a front door", 20, PASSIVE_LEVEL, is_door, family_end_door},
    {0},
};
