#include <array>

#include <EGL/egl.h>
#include <EGL/eglext.h>

#include "widgets/volume/offscreen_context.h"

namespace convergence {

namespace {

/// Mesa's display without a screen; else the default one. Never terminated: displays are shared by
/// the whole process.
EGLDisplay sharedDisplay() {
    static const EGLDisplay display = [] {
        const auto getPlatformDisplay = reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(
            eglGetProcAddress("eglGetPlatformDisplayEXT"));
        EGLint major = 0, minor = 0;
        if (getPlatformDisplay) {
            const EGLDisplay surfaceless =
                getPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
            if (surfaceless != EGL_NO_DISPLAY && eglInitialize(surfaceless, &major, &minor))
                return surfaceless;
        }
        const EGLDisplay standard = eglGetDisplay(EGL_DEFAULT_DISPLAY);
        if (standard != EGL_NO_DISPLAY && eglInitialize(standard, &major, &minor))
            return standard;
        return EGLDisplay(EGL_NO_DISPLAY);
    }();
    return display;
}

} // namespace

OffscreenContext::OffscreenContext() : display_(sharedDisplay()) {
    if (display_ == EGL_NO_DISPLAY || !eglBindAPI(EGL_OPENGL_API))
        return;
    // Keys and values in turn.
    constexpr std::array<EGLint, 15> wanted{EGL_SURFACE_TYPE,
                                            EGL_PBUFFER_BIT,
                                            EGL_RENDERABLE_TYPE,
                                            EGL_OPENGL_BIT,
                                            EGL_RED_SIZE,
                                            8,
                                            EGL_GREEN_SIZE,
                                            8,
                                            EGL_BLUE_SIZE,
                                            8,
                                            EGL_ALPHA_SIZE,
                                            8,
                                            EGL_DEPTH_SIZE,
                                            24,
                                            EGL_NONE};
    EGLConfig config = nullptr;
    EGLint count = 0;
    if (!eglChooseConfig(display_, wanted.data(), &config, 1, &count) || count == 0)
        return;
    constexpr std::array<EGLint, 7> version{EGL_CONTEXT_MAJOR_VERSION,
                                            3,
                                            EGL_CONTEXT_MINOR_VERSION,
                                            2,
                                            EGL_CONTEXT_OPENGL_PROFILE_MASK,
                                            EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
                                            EGL_NONE};
    // VTK draws into framebuffers of its own; the surface only has to be there.
    constexpr std::array<EGLint, 5> small{EGL_WIDTH, 16, EGL_HEIGHT, 16, EGL_NONE};
    surface_ = eglCreatePbufferSurface(display_, config, small.data());
    context_ = eglCreateContext(display_, config, EGL_NO_CONTEXT, version.data());
}

OffscreenContext::~OffscreenContext() {
    if (isCurrent())
        eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    if (context_ != EGL_NO_CONTEXT)
        eglDestroyContext(display_, context_);
    if (surface_ != EGL_NO_SURFACE)
        eglDestroySurface(display_, surface_);
}

bool OffscreenContext::isValid() const {
    return context_ != EGL_NO_CONTEXT && surface_ != EGL_NO_SURFACE;
}

bool OffscreenContext::isCurrent() const {
    return isValid() && eglGetCurrentContext() == context_;
}

bool OffscreenContext::makeCurrent() const {
    return isValid() && eglMakeCurrent(display_, surface_, surface_, context_) == EGL_TRUE;
}

} // namespace convergence
