#pragma once

namespace convergence {

/// A context of OpenGL 3.2 without a window and without a display, by EGL. Where there is no EGL,
/// none is valid.
class OffscreenContext {
public:
    OffscreenContext();
    ~OffscreenContext();
    OffscreenContext(const OffscreenContext&) = delete;
    OffscreenContext& operator=(const OffscreenContext&) = delete;

    [[nodiscard]] bool isValid() const;
    [[nodiscard]] bool isCurrent() const;
    /// On the calling thread; whether that went well.
    bool makeCurrent() const;

private:
    // As EGL names them; null is none.
    void* display_ = nullptr;
    void* context_ = nullptr;
    void* surface_ = nullptr;
};

} // namespace convergence
